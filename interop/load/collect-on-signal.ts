// Preloaded into a gateway: SIGUSR2 collects all garbage, so that what is measured then is what lives. Needs `--expose-gc`.

process.on('SIGUSR2', () => globalThis.gc?.());
