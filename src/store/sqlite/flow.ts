/** SQL that looks up when the energy of a session flowed, as src/store/README.md defines it; over all sessions, or those of a WHERE. */
export const SET_FLOW = `UPDATE session SET (flow_from, flow_until, flow_energy) = (
  SELECT
    base + (SELECT max(offset_ms) FROM sample WHERE session = number AND offset_ms < coalesce(first, ${Number.MAX_SAFE_INTEGER})),
    base + CASE WHEN most > 0 THEN (SELECT min(offset_ms) FROM sample WHERE session = number AND energy = most) END,
    most
  FROM (
    SELECT min(offset_ms) FILTER (WHERE energy > 0) AS first, max(0, coalesce(max(energy), 0)) AS most
    FROM sample WHERE session = number))`;
