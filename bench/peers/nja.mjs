// normalize-japanese-addresses over a local copy of its data: node nja.mjs MODULES DATA, addresses one a line on stdin.
// Prints one JSON object: CPU-seconds of the first pass and of the second (warm), and how many reach a town.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { readFileSync } from 'node:fs'

const [modules, data] = process.argv.slice(2)
const { normalize, config } = createRequire(`${modules}/`)('@geolonia/normalize-japanese-addresses')
config.japaneseAddressesApi = pathToFileURL(data).href
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean)

async function pass() {
  const begun = process.cpuUsage()
  let reached = 0
  for (const line of lines) {
    try {
      reached += (await normalize(line, { level: 3 })).level >= 3
    } catch { /* an address at which it fails counts as not reached */ }
  }
  const spent = process.cpuUsage(begun)
  return { seconds: (spent.user + spent.system) / 1e6, reached }
}

const cold = await pass()
const warm = await pass()
const rss = Math.round(process.resourceUsage().maxRSS / 1024)
console.log(JSON.stringify({ lines: lines.length, cold: cold.seconds, warm: warm.seconds, reached: warm.reached, rss }))
