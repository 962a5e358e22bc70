import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { lastJourney } from "../../scripts/engine/history";
import { reportPage } from "../../scripts/report/page";
import { plan } from "../../scripts/commands/plan";
import { outsideTopology } from "../../scripts/commands/outside";
import { verify } from "../../scripts/commands/verify";
import { Stage } from "../scripts/fake-aws/stage";
import { findChromium, openChromium } from "./lib/chromium";

const program = findChromium();
// CI must run these tests; a user without Chromium gets a message that they are skipped.
const given = program !== undefined || process.env["CI"] === "true";
if (!given)
  process.stderr.write("skipped: the tests of the report in Chromium: there is no Chromium on PATH\n");

jest.setTimeout(120_000);

const LONG = "a-name-as-long-as-a-parameter-may-be-without-any-space-in-it-".repeat(3) + "end";

(given ? describe : describe.skip)("the report in Chromium", () => {
  let browser: Browser;
  let directory: string;
  let url: string;

  beforeAll(async () => {
    browser = await openChromium(program ?? "chromium");
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-report-"));
    const file = path.join(directory, "report.html");
    fs.writeFileSync(file, await page());
    url = pathToFileURL(file).href;
  });
  afterAll(async () => {
    await browser.close();
    fs.rmSync(directory, { recursive: true });
  });

  /** A report of nine destinations, with an account that may not use its keys, and with names of the maximum length. */
  async function page(): Promise<string> {
    const regions = ["eu-west-1", "eu-central-1", "us-east-1"];
    const stage = new Stage({
      name: "platform",
      accounts: {
        builder: { id: "111111111111" },
        prod: { id: "222222222222" },
        staging: { id: "333333333333" },
        edge: { id: "444444444444" },
      },
      images: {
        web: {
          from: {
            account: "builder",
            region: "eu-west-1",
            newest: { name: "web-*" },
            keys: ["alias/app-data"],
          },
          to: ["prod", "staging", "edge"].map((account) => ({ account, regions })),
          publishTo: `/images/${LONG}`,
        },
      },
    });
    const role = "222222222222 keyferry-platform-runner";
    const [whole] = stage.cloud.rolePolicies.get(role) ?? [];
    const document = (whole?.document ?? "").replaceAll("kms:CreateGrant", "kms:ListGrants");
    stage.cloud.rolePolicies.set(role, [{ name: "runner", document }]);
    await stage.run();
    // A share without a share record; the command for it is a long line.
    stage.cloud.image(stage.imageId).launchPermissions.push("222222222222");
    const look = { topology: stage.topology, aws: stage.cloud.access() };
    const journey = lastJourney(stage.journal);
    return reportPage({
      topology: stage.topology,
      cloud: "rehearsal",
      madeAt: stage.clock.now(),
      ...(journey === undefined ? {} : { journey }),
      seen: {
        plan: await plan(look, stage.journal),
        verification: await verify(look),
        outside: await outsideTopology(look, stage.foundation()),
      },
    });
  }

  async function open(width: number, scheme: "light" | "dark"): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
    await opened.goto(url);
    return opened;
  }

  it("makes no network requests and needs no scripts", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const opened = await context.newPage();
    const asked: string[] = [];
    opened.on("request", (request) => asked.push(request.url()));
    await opened.goto(url, { waitUntil: "networkidle" });
    expect(asked).toEqual([url]);
    for (const name of ["For you to decide", "Permissions"])
      expect(await opened.getByRole("heading", { name }).isVisible()).toBe(true);
    await context.close();
  });

  it.each([
    [320, "light"],
    [360, "dark"],
    [800, "light"],
    [1400, "dark"],
  ] as const)(
    "is not wider than a screen of %d pixels, with all details open, in %s",
    async (width, scheme) => {
      const opened = await open(width, scheme);
      await opened.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
      expect(await opened.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      await opened.close();
    },
  );

  it("shows one diagram, for a wide or a narrow screen, with readable text", async () => {
    for (const [width, shown, hidden] of [
      [1200, "wide", "narrow"],
      [360, "narrow", "wide"],
    ] as const) {
      const opened = await open(width, "light");
      expect(await opened.locator(`svg.${shown}`).isVisible()).toBe(true);
      expect(await opened.locator(`svg.${hidden}`).isVisible()).toBe(false);
      const line = await opened.locator(`svg.${shown} text.line`).first().boundingBox();
      expect(line?.height).toBeGreaterThan(11);
      await opened.close();
    }
  });

  it("draws no text outside its box in the diagram", async () => {
    for (const [width, shown] of [
      [1200, "wide"],
      [360, "narrow"],
    ] as const) {
      const opened = await open(width, "light");
      const outside =
        await opened.evaluate(`[...document.querySelectorAll("svg.${shown} > g")].flatMap((group) => {
        const box = group.querySelector("rect").getBoundingClientRect();
        return [...group.querySelectorAll("text")]
          .filter((text) => text.getBoundingClientRect().right > box.right)
          .map((text) => text.textContent);
      })`);
      expect(outside).toEqual([]);
      await opened.close();
    }
  });

  it.each([320, 1200])("has a time scale without overlapping labels at %d pixels", async (width) => {
    const opened = await open(width, "light");
    const boxes: Awaited<ReturnType<Locator["boundingBox"]>>[] = [];
    for (const label of await opened.locator(".scale span:visible").all())
      boxes.push(await label.boundingBox());
    expect(boxes.length).toBeGreaterThan(1);
    boxes.slice(1).forEach((box, index) => {
      expect(box?.x).toBeGreaterThan((boxes[index]?.x ?? 0) + (boxes[index]?.width ?? 0));
      expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    });
    await opened.close();
  });

  it.each(["light", "dark"] as const)("has enough contrast in %s", async (scheme) => {
    const opened = await open(1200, scheme);
    const weak = await opened.evaluate(CONTRAST);
    expect(weak).toEqual([]);
    await opened.close();
  });

  it("first shows what failed, AWS's reason and the account that must fix it", async () => {
    const opened = await open(1200, "light");
    const first = opened.locator("article.trouble").first();
    expect(await first.locator("h3").innerText()).toContain("prod");
    expect(await first.locator(".reason").innerText()).toContain("Given key ID is not accessible");
    expect(await first.innerText()).toContain("222222222222");
    expect(await opened.locator("main > section h2").first().innerText()).toBe("Problems");
    await opened.close();
  });

  it("prints the permissions, although they are collapsed on the screen", async () => {
    const opened = await open(1200, "light");
    const firstRow = opened.locator("details tbody tr").first();
    expect(await firstRow.isVisible()).toBe(false);
    await opened.emulateMedia({ media: "print" });
    expect((await firstRow.boundingBox())?.height).toBeGreaterThan(0);
    const pdf = await opened.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await opened.close();
  });
});

/** Every text whose contrast with its background is below 4.5 : 1. Source: WCAG 2.2, success criterion 1.4.3. */
const CONTRAST = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("h1,h2,h3,p,td,th,dt,dd,small,code,summary,.chip,.label,.words,.scale span")]
    .filter((element) => element.textContent.trim() !== "")
    .flatMap((element) => {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio < 4.5 ? [element.className + " " + element.textContent.slice(0, 30) + " " + ratio.toFixed(2)] : [];
    });
})()`;
