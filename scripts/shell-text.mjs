// Shell scripts that run on hosts are files of their own (so that shellcheck and a reader see them as what they
// are) and reach the code as constant text: `import helper from './helper.sh'`. esbuild does it with a loader
// (build.mjs); this is the same for vitest.
export function shellText() {
  return {
    name: 'shell-text',
    transform(code, id) {
      return /\.(sh|pl)$/.test(id) ? { code: `export default ${JSON.stringify(code)}`, map: null } : undefined
    },
  }
}
