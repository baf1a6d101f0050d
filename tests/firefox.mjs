// Opens a page from a file in a new Firefox, reads it through as a reader does, and says what stands in it.
// Arguments: folder of puppeteer-core, Firefox, folder for a profile, port of a proxy, "on" or "off" for scripts, address.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [home, executablePath, userDataDir, port, scripts, address] = process.argv.slice(2);
const entry = createRequire(`${home}/package.json`).resolve(home);
const { default: puppeteer } = await import(pathToFileURL(entry).href);

const proxy = { host: "127.0.0.1", port: Number(port) };
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  userDataDir,
  headless: true,
  extraPrefsFirefox: {
    "javascript.enabled": scripts === "on",
    "network.proxy.type": 1,
    "network.proxy.http": proxy.host,
    "network.proxy.http_port": proxy.port,
    "network.proxy.ssl": proxy.host,
    "network.proxy.ssl_port": proxy.port,
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": true,
    "network.prefetch-next": true,
    "network.dns.disablePrefetch": false,
    "network.http.speculative-parallel-limit": 6,
    "media.autoplay.default": 0,
  },
});
const page = await browser.newPage();
await page.setViewport({ width: 390, height: 844 });
const requests = [];
page.on("request", (request) => requests.push(request.url()));
await page.goto(address, { waitUntil: "load", timeout: 60_000 });
const found = {};
if (scripts === "on") {
  found.articles = await page.evaluate(() => document.querySelectorAll("article").length);
  await page.evaluate(() => {
    for (let part = 0; part < 11; part += 1) window.scrollTo(0, (document.body.scrollHeight * part) / 10);
  });
  if (await page.$("#search:not([hidden])")) {
    await page.type("#search", "航海");
    found.titles = await page.evaluate(() => [...document.querySelectorAll("#found bdi")].map((one) => one.textContent));
  }
}
await new Promise((done) => setTimeout(done, 3000));
found.requests = requests.filter((url) => !url.startsWith("data:") && url !== address);
await browser.close();
console.log(JSON.stringify(found));
