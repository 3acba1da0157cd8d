/**
 * Findings end up in terminals and logs of others: what stands behind a setting that holds a secret is not shown there. As long
 * as it was, so that places are where they were.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(
    /(\bauth_pass[^\S\n]+)([^\n]*)/g,
    (_, word: string, secret: string) => word + secret.replaceAll(/\S/g, '*'),
  )
}
