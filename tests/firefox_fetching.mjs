// Opens a page in a new Firefox, follows a link, and waits until the file is saved.
// Arguments: folder of puppeteer-core, Firefox, folder for a profile, folder for downloads, address, selector of the link.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [home, executablePath, userDataDir, downloads, address, selector] = process.argv.slice(2);
const entry = createRequire(`${home}/package.json`).resolve(home);
const { default: puppeteer } = await import(pathToFileURL(entry).href);

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  userDataDir,
  headless: true,
  extraPrefsFirefox: {
    "browser.download.dir": downloads,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": true,
    "browser.download.always_ask_before_handling_new_types": false,
    "browser.download.open_pdf_attachments_inline": false,
    "pdfjs.disabled": true,
  },
});
const page = await browser.newPage();
await page.setViewport({ width: 390, height: 844 });
await page.goto(address, { waitUntil: "load", timeout: 60_000 });
await page.locator(selector).click();
const saved = () => readdirSync(downloads).filter((name) => !name.endsWith(".part"));
for (let wait = 0; wait < 200 && (!saved().length || readdirSync(downloads).some((name) => name.endsWith(".part"))); wait += 1)
  await new Promise((done) => setTimeout(done, 100));
await browser.close();
console.log(JSON.stringify({ saved: existsSync(downloads) ? saved() : [] }));
