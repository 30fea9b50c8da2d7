/** Days that a kit may be old: one is made every month, and certificates last three. */
export const kitMaxAgeDays = 35;
