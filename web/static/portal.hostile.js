// Globals and prototypes of a host page that has names of its own for everything. Used by /portal/embed/hostile only.
for (const name of ["io", "html", "css", "lit", "marked", "Widget", "FrameBridge", "start", "script", "marker", "HELLO", "t"]) {
  window[name] = `the page's own ${name}`;
}
Object.prototype.hostExtra = "on every object";
Array.prototype.last = function () {
  return this[this.length - 1];
};
