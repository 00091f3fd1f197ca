/** A reporter that shows each test to people and keeps all of them as JSON: `--reporter-option output=FILE`. */
import mocha from "mocha";

export default class SpecAndJson extends mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    new mocha.reporters.JSON(runner, options);
  }
}
