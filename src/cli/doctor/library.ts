/** What the driver without a daemon needs: the library in the controller's own process. */
import type { BoardLayout } from "#pi/layout";
import { objectionsWithoutDaemon } from "#pi/without-daemon";
import { bad, type Finding, fine } from "./finding.ts";
import type { System } from "./system.ts";

/** Where an npm package may be, seen from this one: beside it, or in a Node-RED's own folder. */
async function isInstalled(system: System, name: string): Promise<boolean> {
  const home = (await system.run("sh", "-c", "echo $HOME"))?.out.trim() ?? "";
  const folders = ["node_modules", `${home}/.node-red/node_modules`, "/usr/lib/node_modules", "/usr/local/lib/node_modules"];
  const found = await Promise.all(folders.map((folder) => system.exists(`${folder}/${name}/package.json`)));
  return found.includes(true);
}

export async function lookAtLibrary(system: System, layout: BoardLayout): Promise<readonly Finding[]> {
  const findings = objectionsWithoutDaemon(layout).map((objection) =>
    bad("pigpio library", objection, "Use the driver pigpiod, or another board."),
  );
  for (const name of ["pigpio", "spi-device"]) {
    if (!(await isInstalled(system, name)))
      findings.push(
        bad(
          "pigpio library",
          `the npm package ${name} is not found`,
          `"npm install ${name}" beside this package, its install script allowed.`,
        ),
      );
  }
  const device = `/dev/spidev0.${layout.adc.chipSelect}`;
  if (!(await system.exists(device)))
    findings.push(bad("pigpio library", `${device} is not there`, 'Add "dtparam=spi=on" to config.txt and restart.'));
  const user = (await system.run("id", "-u"))?.out.trim();
  if (user !== "0")
    findings.push(
      bad("pigpio library", "this user is not root, which the library needs", "Use the driver pigpiod, or run the controller as root."),
    );
  for (const pid of (await system.names("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (((await system.text(`/proc/${pid}/comm`)) ?? "").trim() === "pigpiod")
      findings.push(
        bad(
          "pigpio library",
          `the daemon runs (process ${pid}), and only one of both can`,
          '"sudo systemctl disable --now pigpiod", or use the driver pigpiod.',
        ),
      );
  }
  return findings.length > 0 ? findings : [fine("pigpio library", "packages, SPI and rights are there; no daemon runs")];
}
