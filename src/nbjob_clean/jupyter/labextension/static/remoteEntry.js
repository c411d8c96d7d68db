// What JupyterLab loads: a module federation container, written by hand (docs/decisions/022-*.md).
// `init` is given the packages that Lab shares; `get` gives the plugin and the style.
(() => {
  const base = document.currentScript.src.replace(/[^/]*$/, '');
  let packages = {};

  const shared = async name => {
    const versions = Object.values(packages[name] ?? {});
    const version = versions.find(each => each.loaded) ?? versions[0];
    if (!version) {
      throw new Error(`nbjob-clean: this Jupyter does not share ${name}`);
    }
    return (await version.get())();
  };

  const addStyle = () => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `${base}style.css`;
    document.head.append(link);
    return {};
  };

  const extension = async () => {
    const { plugin } = await import(`${base}plugin.js`);
    const built = await plugin(shared);
    return () => ({ __esModule: true, default: built });
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB['nbjob-clean'] = {
    init: scope => {
      packages = scope;
    },
    get: async module => (module === './style' ? addStyle : extension()),
  };
})();
