export function packagedReadme(): string
