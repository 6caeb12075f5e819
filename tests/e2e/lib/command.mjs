// Running a program to its end.
import { spawn } from "node:child_process";

/**
 * @param {string} program
 * @param {string[]} args never holds a secret that must stay off the process list; use `input`
 * @param {{input?: string | Buffer, env?: Record<string, string>, alone?: boolean, cwd?: string, fails?: boolean, within?: number}} [options]
 *   `alone`: nothing but `env` is its environment; `fails`: a non-zero exit is an answer, not an error
 * @returns {Promise<{code: number | null, stdout: string, stderr: string}>}
 */
export function run(program, args, { input, env, alone = false, cwd, fails = false, within = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: alone ? env : { ...process.env, ...env }, timeout: within });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (part) => (stdout += part));
    child.stderr.on("data", (part) => (stderr += part));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 || fails) return resolve({ code, stdout, stderr });
      const how = signal ?? `exit code ${code}`;
      reject(new Error(`${program} ${args.join(" ")}: ${how}\n${stdout}${stderr}`));
    });
    child.stdin.on("error", () => {}); // a program that ends early does not read its input
    child.stdin.end(input);
  });
}
