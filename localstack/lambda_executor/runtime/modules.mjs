/**
 * Resolves a function's modules: from its own package, then its layers (/opt/nodejs), then the AWS SDK that Lambda's
 * runtime has. Node's own search goes up the folders, and could find this project's node_modules: a dependency missing
 * from the bundle would then work here and fail in the cloud.
 */
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SDK = /^@(aws-sdk|smithy|aws)\//;
const PACKAGE = /^(?!node:|file:|data:|[./#])/;

export function setUpModules({ taskRoot, optRoot, runtimeModules }) {
  const layers = optRoot ? [join(optRoot, 'nodejs', 'node24'), join(optRoot, 'nodejs')] : [];
  const own = [taskRoot, ...(optRoot ? [optRoot] : [])].map(folderUrl);
  const isOwn = (url) => url?.startsWith('node:') || own.some((root) => url?.startsWith(root));

  let looking = false; // createRequire().resolve() below calls this hook again.

  registerHooks({
    resolve(specifier, context, next) {
      // Inside the SDK, Node's own search is right.
      if (looking || !PACKAGE.test(specifier) || !isOwn(context.parentURL)) return next(specifier, context);

      const fromTask = orMissing(() => next(specifier, context));
      if (isOwn(fromTask?.url)) return fromTask;
      for (const folder of layers) {
        const fromLayer = from(folder);
        if (isOwn(fromLayer?.url)) return fromLayer;
      }
      const fromRuntime = SDK.test(specifier) && runtimeModules ? from(runtimeModules) : undefined;
      if (fromRuntime) return fromRuntime;
      throw missing(specifier, context.parentURL);

      /** Resolves as for a file in that folder. `require` accepts a parent other than the real one. */
      function from(folder) {
        const parentURL = `${folderUrl(folder)}any.js`;
        if (!context.conditions.includes('require')) return orMissing(() => next(specifier, { ...context, parentURL }));
        looking = true;
        try {
          const file = orMissing(() => createRequire(parentURL).resolve(specifier));
          return file && { url: pathToFileURL(file).href, shortCircuit: true };
        } finally {
          looking = false;
        }
      }
    },
  });
}

function orMissing(resolve) {
  try {
    return resolve();
  } catch (error) {
    if (/MODULE_NOT_FOUND$/.test(error.code)) return undefined;
    throw error;
  }
}

/** Worded as Node.js does. */
function missing(specifier, parentUrl) {
  const error = new Error(`Cannot find package '${specifier}' imported from ${fileURLToPath(parentUrl)}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}

const folderUrl = (folder) => `${pathToFileURL(folder).href}/`;
