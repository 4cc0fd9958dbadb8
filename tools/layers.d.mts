export function breachesOf(file: string, text: string): string[];
export function checkLayers(root: string): { files: number; breaches: string[] };
