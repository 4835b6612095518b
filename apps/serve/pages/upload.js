// The plain page: sends the chosen photo, shows the progress and the result.

const byId = (id) => document.getElementById(id);
const [form, photo, status, progress, result] = ['form', 'photo', 'status', 'progress', 'result'].map(byId);
let running = null;

/** The events of a response, each as { name, data }. */
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [name, data] = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
    }
  }
}

function show({ media_type: type, file_name: name, data }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.textContent = `Download ${name}`;
  const kind = { image: 'img', video: 'video' }[type.split('/')[0]];
  if (kind) {
    const view = Object.assign(document.createElement(kind), { src: address, alt: 'The result' });
    if (kind === 'video') Object.assign(view, { autoplay: true, loop: true, muted: true, controls: true });
    result.append(view);
  }
  result.append(link);
}

async function send(signal) {
  const headers = { Accept: 'text/event-stream' };
  const token = byId('token').value;
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`/v1/${byId('task').value}`, { method: 'POST', headers, body: photo.files[0], signal });
  if (!response.ok) throw new Error((await response.json()).detail);
  for await (const { name, data } of eventsOf(response)) {
    if (name === 'error') throw new Error(data.detail);
    if (name === 'result') return data;
    progress.value = data.fraction;
    status.textContent = `${data.stage} …`;
  }
  throw new Error('the connection ended early; try again');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  running = new AbortController();
  result.replaceChildren();
  status.className = '';
  byId('start').disabled = true;
  byId('cancel').hidden = progress.hidden = false;
  progress.value = 0;
  status.textContent = 'sending …';
  try {
    show(await send(running.signal));
    status.textContent = 'Done';
  } catch (error) {
    status.className = 'error';
    status.textContent = running.signal.aborted ? 'Cancelled' : error.message;
  }
  byId('start').disabled = false;
  byId('cancel').hidden = progress.hidden = true;
});
byId('cancel').addEventListener('click', () => running.abort());

const drop = byId('drop');
const chosen = () => {
  byId('name').textContent = photo.files[0]?.name ?? 'Choose a photo, or drop it here';
};
photo.addEventListener('change', chosen);
for (const type of ['dragover', 'dragleave', 'drop'])
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragover');
    if (type !== 'drop' || event.dataTransfer.files.length === 0) return;
    photo.files = event.dataTransfer.files;
    chosen();
  });
