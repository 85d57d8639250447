import puppeteer, { type Browser, type Page } from "puppeteer-core";

const INSTALLED = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => Bun.which(name))
  .find(Boolean);

/** Browser tests are left out where there is no Chromium, but not in CI, which must have it. */
export const hasBrowser = INSTALLED !== undefined || process.env.CI !== undefined;

/** Whatever is not on this machine does not exist. */
const OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  OFFLINE,
];

export interface Visit {
  page: Page;
  /** Where the page asked for anything, by origin. */
  origins: Set<string>;
  /** What the browser complained of: errors of scripts, blocked and failed requests. */
  complaints: string[];
}

export interface TestBrowser {
  visit(url: string): Promise<Visit>;
  close(): Promise<void>;
}

function watch(page: Page): Visit {
  const visit: Visit = { page, origins: new Set(), complaints: [] };
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:") visit.origins.add(origin);
  });
  page.on("requestfailed", (request) => visit.complaints.push(`failed: ${request.url().slice(0, 200)}`));
  page.on("pageerror", (error) => visit.complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) visit.complaints.push(message.text());
  });
  return visit;
}

/** Chromium without a window, with an empty profile of its own. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await puppeteer.launch({ executablePath: INSTALLED ?? "chromium", args: FLAGS });
  return {
    async visit(url) {
      const visit = watch(await browser.newPage());
      await visit.page.setViewport({ width: 1280, height: 900 });
      await visit.page.goto(url);
      return visit;
    },
    close: () => browser.close(),
  };
}

/** Writes as if by pasting: typing lets editors put in brackets of their own. */
export async function paste(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).click();
  await page.keyboard.sendCharacter(text);
}

/** The text of the first element that matches, once it fits. */
export async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const script = `(() => {
    const text = document.querySelector(${JSON.stringify(selector)})?.textContent?.replaceAll("\\u00a0", " ") ?? "";
    return ${pattern}.test(text) ? { text } : null;
  })()`;
  const found = await page.waitForFunction(script, { timeout: 45_000 });
  const { text } = (await found.jsonValue()) as { text: string };
  return text;
}
