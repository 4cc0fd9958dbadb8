export interface Docstring {
  text: string;
  params: { name: string; text: string }[];
  returns: string[];
  throws: string[];
  see: string[];
  since: string[];
  examples: { title: string; code: string }[];
  others: string[];
}
export function parseDocstring(comment: string): Docstring;
export function sentence(doc: Docstring | undefined): string;
export function cCall(doc: Docstring | undefined): string | undefined;
