/** Where something stands in the document: a JSON Pointer (RFC 6901). The document itself is ''. */
export type Path = string

/** The path of `steps` below the root: `pathOf('hosts', 'a/b')` is `/hosts/a~1b`. */
export function pathOf(...steps: readonly (string | number)[]): Path {
  return below('', ...steps)
}

/** The path of `steps` below another path. */
export function below(path: Path, ...steps: readonly (string | number)[]): Path {
  let result = path
  for (const step of steps) {
    result += `/${typeof step === 'number' ? step : step.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
  return result
}

export function parentPath(path: Path): Path | undefined {
  return path === '' ? undefined : path.slice(0, path.lastIndexOf('/'))
}

export function pathSteps(path: Path): string[] {
  if (path === '') return []
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
