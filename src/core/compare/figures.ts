/** Figures as people read them, the same wherever they are shown. */

/** 15,000; what is no whole number of packets or requests is rounded. */
export function countText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** 1, 8.4, 28: how many times as much; unwilling to show more digits than the assumptions are worth. */
export function timesText(value: number): string {
  const short = value < 10 ? (Math.round(value * 10) / 10).toString() : countText(value)
  return `${short}×`
}

/** 100 %, 8.6 %. */
export function shareText(value: number): string {
  const percent = value * 100
  return `${percent < 99.95 ? (Math.round(percent * 10) / 10).toString() : countText(percent)} %`
}

const STEPS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** 1 Gbit/s. */
export function rateText(bitsPerSecond: number): string {
  return `${scaledText(bitsPerSecond)}bit/s`
}

/** 15 kB. */
export function sizeText(bytes: number): string {
  return `${scaledText(bytes)}B`
}

/** A number and the beginning of its unit. */
function scaledText(value: number): string {
  const step = STEPS.find(([least]) => value >= least)
  if (step === undefined) return `${Math.round(value * 100) / 100} `
  const [least, prefix] = step
  return `${Math.round((value / least) * 100) / 100} ${prefix}`
}
