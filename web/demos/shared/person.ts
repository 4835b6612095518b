/** The mask from which on a pixel is the person's, as for the depth map's values. */
export const PERSON_MASK = 0.5;
