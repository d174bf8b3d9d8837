// The one door of the compiler package.
export {};
