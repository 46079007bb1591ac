/**
 * The largest numbers that a row may bring; one at or beyond its bound is rejected (`number_out_of_range`), so that no
 * later step meets a number it has no room for. A thousand million lines of the largest money still add up within
 * DECIMAL(38,4), and the ten-thousandths of one line are exact in a double (below 2^53).
 */
export const quantityBound = 1e9;
/** In units of the currency: 900 thousand million. It also bounds quantity × price of a line. */
export const moneyBound = 9e11;

/** What one unit of another currency can be in the plan's: twelve places behind the point, and no overflow. */
export const leastRate = 1e-9;
export const greatestRate = 999_999;
