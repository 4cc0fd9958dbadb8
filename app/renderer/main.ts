import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/head.css";
import "./styles/rail.css";
import "./styles/figure.css";
import "./styles/motion.css";
import "./styles/inspector.css";
import "./styles/dock.css";
import "./styles/overlay.css";
import "./styles/responsive.css";

createApp(App).use(createPinia()).mount("#app");
