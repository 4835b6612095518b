import { mountPage } from './shared/page.js';

mountPage('.');
