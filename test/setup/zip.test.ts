import { readZipEntry } from "../../setup/zip";
import { zip } from "./fixtures";

const ENTRIES = [
  { name: "LICENSE.txt", content: "licence", stored: true },
  { name: "terraform", content: "program ".repeat(1000) },
];

test("a deflated entry is unpacked", () => {
  expect(readZipEntry(zip(ENTRIES), "terraform").toString()).toBe("program ".repeat(1000));
});

test("a stored entry is unpacked", () => {
  expect(readZipEntry(zip(ENTRIES), "LICENSE.txt").toString()).toBe("licence");
});

test("an archive with a comment is read", () => {
  expect(readZipEntry(zip(ENTRIES, "made by hand"), "LICENSE.txt").toString()).toBe("licence");
});

test("an entry that is not there is refused by name", () => {
  expect(() => readZipEntry(zip(ENTRIES), "terraform.exe")).toThrow("the archive has no entry terraform.exe");
});

test.each([
  ["nothing", ""],
  ["an error page", "<html>not found</html>".repeat(10)],
])("%s is refused as an archive", (_what, text) => {
  expect(() => readZipEntry(Buffer.from(text), "terraform")).toThrow("the archive is not a ZIP file");
});
