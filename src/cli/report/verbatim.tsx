/**
 * The only three places where text enters the page unescaped.
 *
 * V1  Styles are this project's own text.
 * V2  Pictures come from the chart library's document, which escapes what stands in them.
 * V3  Data are JSON without a `<`: nothing in them can end the element, or open a comment in it.
 */

export function Style({ text }: { readonly text: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: V1
  return <style dangerouslySetInnerHTML={{ __html: text }} />;
}

export function Picture({ svg, className }: { readonly svg: string; readonly className: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: V2
  return <div className={className} dangerouslySetInnerHTML={{ __html: svg }} />;
}

export function Data({ id, value }: { readonly id: string; readonly value: unknown }) {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  // biome-ignore lint/security/noDangerouslySetInnerHtml: V3
  return <script type="application/json" id={id} dangerouslySetInnerHTML={{ __html: json }} />;
}
