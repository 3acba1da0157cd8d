/** Milliseconds a movement of the view takes; none for people who asked for none: VS Code, or the system. */
export function motion(): number {
  const asked =
    document.body.classList.contains('vscode-reduce-motion') ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  return asked ? 0 : 180
}

/** How the view is fitted to a drawing. What is far is hidden from the toolkit, and part of the drawing all the same. */
export const FIT = { padding: 0.12, maxZoom: 1.25, includeHiddenNodes: true } as const
