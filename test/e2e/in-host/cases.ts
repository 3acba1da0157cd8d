/*
 * Tests that run inside the extension host, where the vscode API is. No test framework is there: a case is a name and
 * what must not throw.
 */
export interface CaseResult {
  readonly name: string
  /** Absent: it held. */
  readonly failure?: string
  /** What the case gave back, for those that measure. */
  readonly value?: unknown
}

interface Case {
  readonly name: string
  readonly run: () => Promise<unknown>
}

const cases: Case[] = []

export function test(name: string, run: () => Promise<unknown>): void {
  cases.push({ name, run })
}

/** One after the other: they share one window. */
export async function runCases(): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const { name, run } of cases) {
    try {
      const value = await run()
      results.push(value === undefined ? { name } : { name, value })
    } catch (error) {
      results.push({ name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
  return results
}

/** Waits for what the extension does in its own time. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined,
  milliseconds = 30_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${milliseconds / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
