/** Days after sending that count where nobody says how many. */
export const usualDays = 30;
