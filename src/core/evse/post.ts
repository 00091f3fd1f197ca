/** Power-on self-test: nothing is offered before weld check and ground-fault self-test have a verdict. @see PW-02 @see ST-21 */
import { type Instant, Seconds } from "#core/units/units";

/** The pilot stays steady high for three seconds, and a loop or two more to be sure of it. @see PW-02 @see ST-13 */
const AT_LEAST = Seconds(3.1);

export interface Post {
  readonly running: boolean;
  readonly since: Instant;
  /** The ground-fault self-test has been started. */
  readonly tested: boolean;
}

export const startPost = (at: Instant): Post => ({ running: true, since: at, tested: false });

export interface PostProgress {
  readonly weldChecked: boolean;
  /** The ground-fault self-test may not be run: the contactor is not proven open, or a tripped latch waits for its time. */
  readonly testForbidden: boolean;
  readonly testRunning: boolean;
}

/** Whether the ground-fault self-test is to be started now. */
export const startsTest = (post: Post, { weldChecked, testForbidden, testRunning }: PostProgress): boolean =>
  post.running && !post.tested && weldChecked && !testForbidden && !testRunning;

/** Whether all that could be tested has been; to be asked only when there is no test to be started. */
export const isComplete = (post: Post, { weldChecked, testRunning }: PostProgress, at: Instant): boolean =>
  at - post.since >= AT_LEAST && weldChecked && !testRunning;
