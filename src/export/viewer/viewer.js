// Shows the page's 3D photo: follows the mouse, a finger, the arrow keys or the device's tilt, and moves along the
// photo's own camera path without input.
import { AnimationMixer, Color, NumberKeyframeTrack, PerspectiveCamera, Quaternion, Scene, SRGBColorSpace, Vector3, WebGLRenderer } from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';

const idleAfterMs = 2500; // After this time without input, the camera returns to the path.
const settlePerSecond = 6; // The camera's speed of following.
const tiltDegrees = 14; // This much tilt reaches the edge of the movement.

const canvas = document.querySelector('canvas');
// The page's policy allows no style attribute.
document.documentElement.style.setProperty('--aspect', document.documentElement.dataset.aspect);

function say(sentence) {
  const note = document.createElement('p');
  note.textContent = sentence;
  canvas.replaceWith(note);
  document.documentElement.dataset.state = 'failed';
}

function embeddedScene() {
  const text = atob(document.getElementById('scene').textContent);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer;
}

// The user's target for the camera: x and y in -1..1, and the time of the last input.
const lead = { x: 0, y: 0, time: -Infinity };

function follow(x, y) {
  const length = Math.max(1, Math.hypot(x, y));
  lead.x = x / length;
  lead.y = y / length;
  lead.time = performance.now();
}

function listen() {
  addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect();
    follow(
      ((event.clientX - box.left) / box.width - 0.5) * 2,
      (0.5 - (event.clientY - box.top) / box.height) * 2,
    );
  });
  addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-0.25, 0], ArrowRight: [0.25, 0], ArrowUp: [0, 0.25], ArrowDown: [0, -0.25] }[event.key];
    if (!step) return;
    event.preventDefault();
    follow(lead.x + step[0], lead.y + step[1]);
  });
  canvas.addEventListener('dblclick', () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  });
  listenToTilt();
}

// Tilt is relative to a slow average of the device's orientation, so that every posture becomes the center.
function listenToTilt() {
  let rest = null;
  const tilt = ({ beta, gamma }) => {
    if (beta === null || gamma === null) return;
    rest ??= { beta, gamma };
    rest.beta += (beta - rest.beta) * 0.01;
    rest.gamma += (gamma - rest.gamma) * 0.01;
    const x = (gamma - rest.gamma) / tiltDegrees;
    const y = (rest.beta - beta) / tiltDegrees;
    if (Math.hypot(x, y) > 0.05 || performance.now() - lead.time < idleAfterMs) follow(x, y);
  };
  const listenAnew = () => {
    removeEventListener('deviceorientation', tilt);
    addEventListener('deviceorientation', tilt);
  };
  listenAnew();
  // Chromium sends tilt without a permission and has the function too; Safari sends it after a permission only.
  const ask = globalThis.DeviceOrientationEvent?.requestPermission;
  if (!ask) return;
  const askFirst = () => ask.call(DeviceOrientationEvent).then((answer) => answer === 'granted' && listenAnew());
  addEventListener('pointerup', askFirst, { once: true });
}

// The path's extent limits the movement: the photo does not show the space beyond it.
function reach(clip) {
  const track = clip?.tracks.find((each) => each.name.endsWith('.position'));
  const size = { x: 0.02, y: 0.02 };
  if (!track) return size;
  size.x = size.y = 0;
  for (let i = 0; i < track.values.length; i += 3) {
    size.x = Math.max(size.x, Math.abs(track.values[i]));
    size.y = Math.max(size.y, Math.abs(track.values[i + 1]));
  }
  // A path along one line still lets the viewer look a little across it.
  size.x = Math.max(size.x, size.y / 2);
  size.y = Math.max(size.y, size.x / 2);
  return size;
}

function start(renderer, { scene, cameras, animations }) {
  renderer.outputColorSpace = SRGBColorSpace;
  scene.background = new Color(0x0b0b0d);
  scene.traverse((object) => {
    if (object.material?.map) object.material.map.anisotropy = Math.min(8, renderer.capabilities.getMaxAnisotropy());
  });
  const photoCamera = cameras.at(-1); // The path's camera, if the scene has one.
  const camera = new PerspectiveCamera(photoCamera.fov, photoCamera.aspect, 0.01, 1000);
  const [clip] = animations;
  // glTF's cameras do not zoom; our node's `extras` hold the path's zoom.
  const { zoom: zooms } = photoCamera.userData;
  if (clip && zooms) clip.tracks.push(new NumberKeyframeTrack(`${photoCamera.uuid}.zoom`, clip.tracks[0].times, zooms));
  const mixer = new AnimationMixer(scene);
  if (clip) mixer.clipAction(clip).play();
  const size = reach(clip);
  const target = new Vector3(0, 0, -cameras[0].userData.focus);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const goal = new PerspectiveCamera();
  const moved = { position: new Vector3(Infinity), quaternion: new Quaternion(), zoom: 1 };

  const resize = () => {
    renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    renderer.setSize(canvas.clientWidth, canvas.clientHeight, false);
    moved.position.x = Infinity;
  };
  new ResizeObserver(resize).observe(canvas);
  resize();
  listen();

  let before = performance.now();
  renderer.setAnimationLoop((now) => {
    const seconds = Math.min(0.1, Math.max(0, (now - before) / 1000));
    before = now;
    const led = now - lead.time < idleAfterMs;
    if (!still.matches && !led) mixer.update(seconds);
    if (led || still.matches) {
      goal.position.set(lead.x * size.x, lead.y * size.y, 0);
      goal.lookAt(target);
    } else {
      photoCamera.getWorldPosition(goal.position);
      photoCamera.getWorldQuaternion(goal.quaternion);
    }
    const share = 1 - Math.exp(-settlePerSecond * seconds);
    camera.position.lerp(goal.position, share);
    camera.quaternion.slerp(goal.quaternion, share);
    camera.zoom += ((led || still.matches ? 1 : photoCamera.zoom) - camera.zoom) * share;
    const hasMoved =
      camera.position.distanceTo(moved.position) >= 1e-6 ||
      camera.quaternion.angleTo(moved.quaternion) >= 1e-5 ||
      Math.abs(camera.zoom - moved.zoom) >= 1e-5;
    if (!hasMoved) return;
    camera.updateProjectionMatrix();
    moved.position.copy(camera.position);
    moved.quaternion.copy(camera.quaternion);
    moved.zoom = camera.zoom;
    renderer.render(scene, camera);
    document.documentElement.dataset.state = 'ready';
  });
}

function main() {
  let renderer;
  try {
    renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'low-power' });
  } catch {
    return say('This browser cannot show 3D pictures. Switch WebGL on, or use another browser.');
  }
  const failed = () => say('This 3D photo is damaged. Please download the file again.');
  try {
    new GLTFLoader().parse(embeddedScene(), '', (photo) => start(renderer, photo), failed);
  } catch {
    failed();
  }
}

main();
