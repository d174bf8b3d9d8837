// The one door of the runtime package.
export {};
