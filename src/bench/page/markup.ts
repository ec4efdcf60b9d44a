/** Text of XML that is well-formed, and safe to put into a page. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand inside an element; a string is text, whatever it holds. */
export type Content = Markup | string | readonly Content[];

/** Make an element. An attribute that is undefined is left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...content: readonly Content[]
): Markup {
  const written = Object.entries(attributes).map(([key, value]) => {
    return value === undefined ? '' : ` ${key}="${escaped(shortNumber(value))}"`;
  });
  const inside = content.length === 0 ? '/>' : `>${flatten(content)}</${name}>`;
  return new Markup(`<${name}${written.join('')}${inside}`);
}

function flatten(content: Content): string {
  if (content instanceof Markup) return content.text;
  return typeof content === 'string' ? escaped(content) : content.map(flatten).join('');
}

/** A hundredth of a pixel cannot be seen. */
function shortNumber(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
