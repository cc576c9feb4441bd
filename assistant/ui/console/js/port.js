// js_on_load of a port: the call goes out as the component's value, the answer comes back as it.
const ports = (window.proofdeskPorts ??= {});
ports[props.port] = (text) => {
  props.value = text;
  trigger("submit");
};
watch("value", () => window.proofdeskHeard?.(props.value));
