// Expands the parts that the pages repeat, their head and the fields of a panel, when the pages are built. The tags:
//
//   <page-head title="…" description="…" script="./main.ts" root=".."></page-head>
//   <range-field id="…" label="…" min="…" max="…" step="…" value="…"></range-field>
//   <switch-field id="…" label="…" checked></switch-field>
//   <choice-field name="…" legend="…" options="value: Label, value: Label"></choice-field>
//   <depth-limits></depth-limits>
//   <sample-choice></sample-choice>
//   <busy-notice></busy-notice>
//   <kept-notice></kept-notice>

import type { Plugin } from 'vite';

type Attributes = Record<string, string>;

const rangeField = ({ id, label, ...limits }: Attributes) => {
  const numbers = ['min', 'max', 'step', 'value'].map((name) => `${name}="${limits[name]}"`).join(' ');
  return `<div class="field">
    <label for="${id}">${label}</label><output id="${id}-value" for="${id}"></output>
    <input type="range" id="${id}" ${numbers} />
  </div>`;
};

/** The first option is selected. */
const choiceField = ({ name, legend, options }: Attributes) => {
  const labels = options!.split(', ').map((option, index) => {
    const end = option.indexOf(': ');
    const [value, label] = [option.slice(0, end), option.slice(end + 2)];
    const checked = index === 0 ? ' checked' : '';
    return `<label><input type="radio" name="${name}" value="${value}"${checked} /><span>${label}</span></label>`;
  });
  return `<fieldset class="choice"><legend class="unseen">${legend}</legend>${labels.join('')}</fieldset>`;
};

/**
 * The pages load scripts, networks, pictures and films of their own site only. WebAssembly needs its keyword; `blob:` is
 * for the core's threads, and for pictures and films that the visitor chose.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const PARTS: Record<string, (attributes: Attributes) => string> = {
  'page-head': ({ title, description, script, root }) => `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="description" content="${description}" />
    <title>${title}</title>
    <link rel="icon" href="${root}/shared/icon.svg" />
    <script type="module" src="${script}"></script>`,
  'range-field': rangeField,
  'switch-field': ({ id, label, checked }) => `<div class="field inline">
    <label for="${id}">${label}</label><input type="checkbox" id="${id}"${checked === undefined ? '' : ' checked'} />
  </div>`,
  'choice-field': choiceField,
  'depth-limits': () =>
    [
      { id: 'min-depth', label: 'Nearest', value: '0.2' },
      { id: 'max-depth', label: 'Farthest', value: '0.9' },
    ]
      .map((field) => rangeField({ ...field, min: '0', max: '1.5', step: '0.01' }))
      .join('\n') + '<p class="small">Half metres: 0.5 is one metre away.</p>',
  'sample-choice': () => `<p class="hint" id="samples-title" hidden>Or try a sample</p>
    <div class="samples" id="samples" role="group" aria-labelledby="samples-title"></div>`,
  'busy-notice': () => `<div class="busy" id="busy" hidden>
    <p id="busy-step" role="status"></p>
    <div id="loading" hidden>
      <progress id="loading-progress" aria-labelledby="loading-detail" max="1" value="0"></progress>
      <p class="small" id="loading-detail"></p>
    </div>
    <button type="button" id="cancel">Cancel</button>
  </div>`,
  'kept-notice': () => `<p class="row small" id="kept" hidden>
    <span>This browser keeps the photo for your next visit.</span>
    <button type="button" class="plain slim" id="forget">Remove the photo</button>
  </p>`,
};

function attributesOf(text: string): Attributes {
  const found = [...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value ?? '']));
}

/** The policy is for the built pages: the development server adds scripts and styles of its own to them. */
export function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export function pageParts(): Plugin {
  const tag = new RegExp(`<(${Object.keys(PARTS).join('|')})((?:\\s+[\\w-]+(?:="[^"]*")?)*)\\s*></\\1>`, 'g');
  return {
    name: 'page-parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(tag, (_, part: string, attributes: string) => PARTS[part]!(attributesOf(attributes))),
    },
  };
}
