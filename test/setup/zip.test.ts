import { readZipEntry } from "../../setup/zip";
import { zip } from "./fixtures";

const ENTRIES = [
  { name: "LICENSE.txt", content: "licence", stored: true },
  { name: "terraform", content: "program ".repeat(1000) },
];

test("a deflated entry is unpacked", async () => {
  expect((await readZipEntry(zip(ENTRIES), "terraform")).toString()).toBe("program ".repeat(1000));
});

test("a stored entry is unpacked", async () => {
  expect((await readZipEntry(zip(ENTRIES), "LICENSE.txt")).toString()).toBe("licence");
});

test("an archive with a comment is read", async () => {
  expect((await readZipEntry(zip(ENTRIES, "made by hand"), "LICENSE.txt")).toString()).toBe("licence");
});

test("a missing entry is refused by name", async () => {
  await expect(readZipEntry(zip(ENTRIES), "terraform.exe")).rejects.toThrow(
    "the archive has no entry terraform.exe",
  );
});

test.each([
  ["nothing", ""],
  ["an error page", "<html>not found</html>".repeat(10)],
])("%s is refused as an archive", async (_what, text) => {
  await expect(readZipEntry(Buffer.from(text), "terraform")).rejects.toThrow("the archive is not a ZIP file");
});
