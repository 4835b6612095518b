/** The mask value from which a pixel belongs to the person, as in the package. */
export const PERSON_MASK = 0.5;
