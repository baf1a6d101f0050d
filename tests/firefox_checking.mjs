// Opens the page that checks files in a new Firefox, chooses files as a reader does, and says what the page says of each.
// Arguments: folder of puppeteer-core, Firefox, folder for a profile, port of a proxy, what to run first, address, older
// file, newer files.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [home, executablePath, userDataDir, port, first, address, older, ...newer] = process.argv.slice(2);
const entry = createRequire(`${home}/package.json`).resolve(home);
const { default: puppeteer } = await import(pathToFileURL(entry).href);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  userDataDir,
  headless: true,
  extraPrefsFirefox: {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": Number(port),
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": Number(port),
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": true,
  },
});
const page = await browser.newPage();
const requests = [];
page.on("request", (request) => requests.push(request.url()));
if (first) await page.evaluateOnNewDocument(first);
await page.goto(address, { waitUntil: "load", timeout: 60_000 });
await (await page.$("#older")).uploadFile(older);
await (await page.$("#newer")).uploadFile(...newer);
await page.waitForFunction(
  (count) => document.querySelectorAll("#found article[data-verdict]").length === count,
  { timeout: 60_000 },
  newer.length,
);
const verdicts = await page.evaluate(() =>
  [...document.querySelectorAll("#found article")].map((one) => [one.querySelector("h2").textContent, one.dataset.verdict]),
);
const subtle = await page.evaluate(() => Boolean(crypto.subtle));
await browser.close();
const asked = requests.filter((url) => !url.startsWith("data:") && url !== address);
console.log(JSON.stringify({ verdicts, subtle, requests: asked }));
