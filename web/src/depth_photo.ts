/**
 * Defines the element <depth-photo>. On a server it defines nothing.
 *
 * @module portrait-depth/depth-photo
 */

import { DepthPhotoElement } from './depth_photo_element.js';

export { DepthPhotoElement } from './depth_photo_element.js';
export type { DepthPhotoState } from './depth_photo_element.js';
export type { DepthPhotoConfig } from './depth_photo_client.js';
export type { DepthPhotoTexts, FileKind } from './depth_photo_parts.js';

declare global {
  interface HTMLElementTagNameMap {
    'depth-photo': DepthPhotoElement;
  }
}

if (globalThis.customElements !== undefined && customElements.get('depth-photo') === undefined)
  customElements.define('depth-photo', DepthPhotoElement);
