/**
 * Which modules a function finds: those in its own package, then its layers' (/opt/nodejs), then the AWS SDK, which
 * Lambda's runtime brings. Node's own search goes up the folders, and so might find this project's node_modules: a
 * dependency that was forgotten in the bundle would then work here and fail in the cloud.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SDK = /^@(aws-sdk|smithy|aws)\//;
const PACKAGE = /^(?!node:|file:|data:|[./#])/;

export function setUpModules({ taskRoot, optRoot, runtimeModules }) {
  const layers = optRoot ? [join(optRoot, 'nodejs', 'node24'), join(optRoot, 'nodejs')] : [];
  const own = [taskRoot, ...(optRoot ? [optRoot] : [])].map(folderUrl);
  const isOwn = (url) => url?.startsWith('node:') || own.some((root) => url?.startsWith(root));

  registerHooks({
    resolve(specifier, context, next) {
      // Inside the SDK, Node's own search is right.
      if (!PACKAGE.test(specifier) || !isOwn(context.parentURL)) return next(specifier, context);
      let notFound;
      const attempt = (folder) => {
        try {
          return next(specifier, folder ? { ...context, parentURL: `${folderUrl(folder)}any.js` } : context);
        } catch (error) {
          if (!/MODULE_NOT_FOUND$/.test(error.code)) throw error;
          notFound ??= error;
          return undefined;
        }
      };
      for (const folder of [undefined, ...layers]) {
        const found = attempt(folder);
        if (found && isOwn(found.url)) return found;
      }
      const fromRuntime = SDK.test(specifier) && runtimeModules ? attempt(runtimeModules) : undefined;
      if (fromRuntime) return fromRuntime;
      throw notFound ?? missing(specifier, context.parentURL);
    },
  });
}

/** As Node words it. */
function missing(specifier, parentUrl) {
  const error = new Error(`Cannot find package '${specifier}' imported from ${fileURLToPath(parentUrl)}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}

const folderUrl = (folder) => `${pathToFileURL(folder).href}/`;
