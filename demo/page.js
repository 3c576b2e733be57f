/* Buttons of answers, the plot and the player work together. All in the page; only pictures of a moment ask the server. */
(() => {
  const find = (selector) => document.querySelector(selector);
  const clock = (s) => {
    const t = Math.max(0, Math.floor(s)), h = Math.floor(t / 3600), m = Math.floor(t / 60) % 60, two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(t % 60)}` : `${m}:${two(t % 60)}`;
  };
  let now = 0, zoomed = "";

  function still(t) {
    const box = find("#lt-still"), picture = find("#lt-moment");
    if (!box || box.hidden) return;
    clearTimeout(still.waiting);
    still.waiting = setTimeout(() => { picture.src = `${box.dataset.base}?t=${t.toFixed(3)}`; }, 60);
    find("#lt-now").textContent = clock(t);
    find("#lt-slider").value = t;
  }

  function seek(t) {
    now = t;
    const video = find("#lt-video");
    if (video && !video.hidden) video.currentTime = t;
    still(t);
    playhead();
    const stage = find(".lt-stage");
    if (stage) {
      const place = stage.getBoundingClientRect();
      if (place.bottom < 80 || place.top > innerHeight - 80) stage.scrollIntoView({ block: "start", behavior: "smooth" });
    }
  }
  window.longtakeSeek = seek;

  function setText(selector, text) {
    const field = find(`${selector} textarea, ${selector} input`);
    if (!field) return false;
    const kind = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  function ask(question) {
    if (setText("#lt-question", question)) setTimeout(() => find("#lt-ask")?.click(), 30);
  }

  document.addEventListener("click", (event) => {
    const time = event.target.closest?.("[data-t]"), chip = event.target.closest?.("[data-q]");
    const again = event.target.closest?.("[data-again]");
    if (time) seek(Number(time.dataset.t));
    else if (chip) ask(chip.dataset.q);
    else if (again) { again.disabled = true; setText("#lt-better", `${again.dataset.again},${Date.now()}`); nudge(); }
    else if (event.target.closest?.("#lt-copy")) copy(event.target.closest("#lt-copy"));
    else if (event.target.closest?.("#lt-export")) download(event.target.closest("#lt-export"));
    else if (event.target.closest?.("#lt-ask")) waiting();
    if (event.target.closest?.("#lt-open-path, #lt-sample, #lt-resume")) nudge();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#lt-question")) waiting();
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      find("#lt-question textarea, #lt-question input")?.focus();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest?.("#lt-upload, #lt-videos")) nudge();
  }, true);
  document.addEventListener("input", (event) => {
    if (event.target.id === "lt-slider") seek(Number(event.target.value));
  });
  document.addEventListener("error", (event) => {
    if (event.target.id !== "lt-video") return;
    event.target.hidden = true;
    find("#lt-still").hidden = false;
    still(now);
  }, true);
  document.addEventListener("loadedmetadata", (event) => {
    const video = event.target;
    if (video.id !== "lt-video") return;
    if (!video.videoWidth) video.dispatchEvent(new Event("error"));  // only its sound can be played
    else if (now) video.currentTime = now;
  }, true);
  document.addEventListener("timeupdate", (event) => {
    if (event.target.id === "lt-video") { now = event.target.currentTime; playhead(); }
  }, true);

  /* Pictures come when they are seen, two at a time: a browser has six lines to a server, and questions need one. */
  const LINES = 2, there = new Set(), wanted = new Set();
  let coming = 0;
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? wanted.add(target) : wanted.delete(target);
    fetchPictures();
  }, { rootMargin: "80px" });
  function picture(image) {
    if (there.has(image.dataset.src)) image.src = image.dataset.src;
    else if (!image.src) seen.observe(image);
  }
  function fetchPictures() {
    for (const image of wanted) if (!image.isConnected) wanted.delete(image);
    for (const image of [...wanted].slice(0, Math.max(LINES - coming, 0))) {
      wanted.delete(image);
      seen.unobserve(image);
      coming += 1;
      const fetched = new Image();
      fetched.onload = fetched.onerror = (event) => {
        coming -= 1;
        if (event.type === "load") there.add(image.dataset.src);
        for (const one of document.querySelectorAll(".lt-shot img")) if (one.dataset.src === image.dataset.src) one.src = image.dataset.src;
        fetchPictures();
      };
      fetched.src = image.dataset.src;
    }
  }

  /* An answer that takes longer than a moment says that it is being worked on. */
  function waiting() {
    const question = find("#lt-question textarea, #lt-question input")?.value.trim();
    clearTimeout(waiting.soon);
    const notice = find("#lt-notice .lt-banner");
    if (notice) notice.hidden = true;
    if (question) waiting.soon = setTimeout(() => {
      const line = find("#lt-pending .lt-wait-line");
      if (line) { line.textContent = `${question} …`; line.className = "lt-wait-line lt-wait"; }
    }, 400);
  }
  function waited() {
    clearTimeout(waiting.soon);
    const line = find("#lt-pending .lt-wait");
    if (line) { line.textContent = ""; line.className = "lt-wait-line"; }
  }
  function answered() {
    waited();
    const log = find(".lt-log"), last = log?.querySelector(".lt-turn:last-child");
    if (last) log.scrollTop = last.offsetTop - log.offsetTop - 8;
    document.querySelectorAll(".lt-shot img").forEach(picture);
    zoomed = "";  // the plot shows all of the clip again, with the answer marked
    still(now);  // with the boxes that the answer rests on
  }

  async function copy(button) {
    const lines = [...document.querySelectorAll(".lt-turn")].map((turn) =>
      `> ${turn.querySelector(".lt-question").innerText}\n${turn.querySelector(".lt-answer p").innerText}`);
    const text = lines.join("\n\n");
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement("textarea");
      area.value = text; document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    window.longtakeCopied = text;
    const before = button.innerHTML;
    button.textContent = "✓";
    setTimeout(() => { button.innerHTML = before; }, 1200);
  }

  /* The conversation with its pictures, which take a moment to make. */
  async function download(button) {
    const base = find("#lt-still")?.dataset.base;
    if (!base || button.dataset.busy) return;
    const before = button.innerHTML;
    button.dataset.busy = "1";
    button.textContent = "…";
    let sign = "✓";
    try {
      const answer = await fetch(base.replace(/moment\.jpg$/, "conversation.zip"));
      if (!answer.ok) throw new Error(answer.statusText);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "longtake.zip";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch { sign = "✗"; }
    button.textContent = sign;
    setTimeout(() => { button.innerHTML = before; delete button.dataset.busy; }, 1200);
  }

  /* The plot: a click goes to the mark's moment, zooming asks for more detail, a line follows the player. */
  function playhead() {
    const plot = find("#lt-plot .js-plotly-plot"), axis = plot?._fullLayout?.xaxis;
    if (!axis) return;
    let line = plot.querySelector(".lt-playhead");
    if (!line) { line = document.createElement("div"); line.className = "lt-playhead"; plot.style.position = "relative"; plot.append(line); }
    const x = axis.l2p(now);
    line.hidden = x < 0 || x > axis._length;
    line.style.left = `${axis._offset + x}px`;
    line.style.height = `${plot._fullLayout.height - plot._fullLayout.margin.b}px`;
  }
  function attach(plot) {
    if (plot.dataset.longtake || !plot.on) return;
    plot.dataset.longtake = "1";
    plot.on("plotly_click", (event) => {
      const point = event.points?.[0];
      if (point) seek(Number(Array.isArray(point.customdata) ? point.customdata[0] : point.customdata ?? point.x));
    });
    plot.on("plotly_relayout", (change) => {
      let wanted = zoomed;
      if ("xaxis.range[0]" in change) wanted = `${change["xaxis.range[0]"].toFixed(3)},${change["xaxis.range[1]"].toFixed(3)}`;
      else if ("xaxis.range" in change && change["xaxis.range"]) wanted = change["xaxis.range"].map((v) => Number(v).toFixed(3)).join(",");
      else if (change["xaxis.autorange"]) wanted = "all";
      if (wanted !== zoomed) { zoomed = wanted; setText("#lt-zoom", `${wanted},${Date.now()}`); }
      playhead();
    });
    playhead();
  }
  function watch() {
    const plot = find("#lt-plot .js-plotly-plot");
    if (plot) attach(plot);
    const log = find(".lt-log"), mark = log ? log.innerHTML.length + ":" + log.childElementCount : "";
    if (mark !== watch.log) { watch.log = mark; answered(); }
    const known = find(".lt-status")?.dataset.stage;
    if (known !== watch.known) {  // now the boxes are known too
      watch.known = known;
      if (known === "ready") still(now);
    }
    const notice = find("#lt-notice .lt-banner")?.dataset.at;
    if (notice !== watch.notice) { watch.notice = notice; waited(); }
    if (!takeOver.done) takeOver();
    follow();
    const stage = find(".lt-stage"), base = find("#lt-still")?.dataset.base;
    if (stage && base !== watch.base) {  // another video: the page shows it, wherever it was opened from
      if (watch.base && stage.getBoundingClientRect().top < 0) scrollTo({ top: 0, behavior: "instant" });
      watch.base = base;
      const old = find("#lt-notice .lt-banner");
      if (old) old.hidden = true;
      try { sessionStorage.longtakeTalk = base?.split("/")[1] ?? ""; } catch { /* a browser that keeps nothing */ }
      if (takeOver.done) now = 0;
      zoomed = "";
    }
  }
  /* What the server said just when the page stopped listening (a moment after loading) comes with the next message. */
  function nudge() {
    clearTimeout(nudge.soon);
    nudge.soon = setTimeout(() => setText("#lt-follow", String(Date.now())), 2000);
  }
  /* Progress that nobody tells of any more is asked for again: after loading the page anew, or when a message was lost. */
  function follow() {
    const line = find(".lt-status"), state = line?.outerHTML ?? "";
    if (state === follow.state) return;
    follow.state = state;
    clearTimeout(follow.soon);
    if (!/^(waiting|preparing|indexing|reading|stopping)$/.test(line?.dataset.stage ?? "")) return;
    const again = (wait_ms) => {
      follow.soon = setTimeout(() => { setText("#lt-follow", String(Date.now())); again(wait_ms * 2); }, wait_ms);
    };
    again(1500);
  }
  /* What was begun on the page that stood here while this one was being loaded (splash.html). */
  function takeOver() {
    let kept;
    try { kept = JSON.parse(sessionStorage.longtake ?? "null"); } catch { kept = null; }
    if (!kept) { takeOver.done = true; return; }
    const field = find("#lt-question textarea, #lt-question input");
    if (!field || !find("#lt-suggest .lt-chip")) return;
    takeOver.done = true;
    sessionStorage.removeItem("longtake");
    const video = find("#lt-video");
    if (video && kept.t) { video.muted = true; now = video.currentTime = kept.t; if (kept.plays) video.play().catch(() => {}); }
    const next = () => {
      const question = kept.asked.shift(), number = document.querySelectorAll(".lt-turn").length;
      if (question === undefined) { if (kept.text) setText("#lt-question", kept.text); if (kept.focus) field.focus(); return; }
      setText("#lt-question", question);
      setTimeout(() => { waiting(); find("#lt-ask")?.click(); }, 30);
      const end = Date.now() + 60000;
      const wait = setInterval(() => {
        if (document.querySelectorAll(".lt-turn").length > number || Date.now() > end) { clearInterval(wait); next(); }
      }, 100);
    };
    next();
  }
  if (navigator.language.startsWith("ko")) document.documentElement.lang = "ko";
  let planned = false;
  new MutationObserver(() => {
    if (!planned) { planned = true; requestAnimationFrame(() => { planned = false; watch(); }); }
  }).observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("resize", () => setTimeout(playhead, 300));
})();
