/** Scripts that run on hosts, imported as constant text (see scripts/shell-text.mjs and scripts/build.mjs). */
declare module '*.sh' {
  const text: string
  export default text
}
declare module '*.pl' {
  const text: string
  export default text
}
