// Opens locked pages in a new Firefox, types a passphrase as a reader does, and says what the page shows then.
// Arguments: folder of puppeteer-core, Firefox, folder for a profile, port of a proxy, JSON of [{address, typed, first, ask}].
// `first` runs before the page, `ask` is an expression whose value is said of the page as it stands in the end.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [home, executablePath, userDataDir, port, given] = process.argv.slice(2);
const entry = createRequire(`${home}/package.json`).resolve(home);
const { default: puppeteer } = await import(pathToFileURL(entry).href);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  userDataDir,
  headless: true,
  extraPrefsFirefox: {
    "intl.accept_languages": "en",
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": Number(port),
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": Number(port),
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": true,
  },
});
const told = [];
for (const { address, typed, first, ask } of JSON.parse(given)) {
  const page = await browser.newPage();
  if (first) await page.evaluateOnNewDocument(first);
  await page.goto(address, { waitUntil: "load", timeout: 60_000 });
  if (typed) {
    await page.type("#words", typed);
    await page.keyboard.press("Enter");
    const done = () => !document.getElementById("words") || document.getElementById("said").dataset.fault;
    await page.waitForFunction(done, { timeout: 60_000 });
    await new Promise((later) => setTimeout(later, 500));
  }
  told.push(await page.evaluate(ask));
  await page.close();
}
await browser.close();
console.log(JSON.stringify(told));
