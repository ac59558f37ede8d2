extension DocsPage {
    /// Gives each example its buttons: without a script there are none.
    static let script: StaticString = #"""
        "use strict";
        const make = (name, kind, text) => {
          const element = document.createElement(name);
          element.className = kind;
          element.textContent = text;
          return element;
        };
        // Arrays of numbers stay on their lines.
        const pretty = (text) => {
          try {
            return JSON.stringify(JSON.parse(text), null, 2)
              .replace(/\[[\s\d.,eE+-]+\]/g, (row) => row.replace(/\s+/g, " "));
          } catch { return text; }
        };
        const send = async (example) => {
          const { method, path, type, accept } = example.dataset;
          const body = example.querySelector(".body");
          const headers = {};
          if (type) headers["Content-Type"] = type;
          if (accept) headers["Accept"] = accept;
          const content = body ? body.textContent.replaceAll("'\\''", "'") : undefined;
          const start = performance.now();
          const answer = await fetch(path, { method, headers, body: content });
          const blob = await answer.blob();
          const time = Math.round(performance.now() - start);
          const status = `${answer.status} ${answer.statusText} · ${blob.type} · ${blob.size} bytes · ${time} ms`;
          if (!blob.type.startsWith("image/")) return [answer.ok, status, make("pre", "", pretty(await blob.text()))];
          const image = make("img", "", "");
          image.src = URL.createObjectURL(blob);
          image.alt = "The answer as a picture";
          return [answer.ok, status, image];
        };
        const show = async (example, button, output) => {
          button.disabled = true;
          let [good, status, content] = [false, "", ""];
          try { [good, status, content] = await send(example); } catch (error) { status = String(error); }
          output.className = good ? "answer" : "answer bad";
          output.replaceChildren(make("div", "status", status), content);
          button.disabled = false;
        };
        const prepare = (example) => {
          const curl = example.querySelector(".curl");
          const body = example.querySelector(".body");
          if (body) {
            body.contentEditable = "plaintext-only";
            body.spellcheck = false;
            body.title = "You may change this before you try it";
          }
          const output = make("div", "answer", "");
          output.setAttribute("aria-live", "polite");
          const copy = make("button", "copy", "Copy");
          copy.onclick = async () => {
            await navigator.clipboard.writeText(curl.textContent);
            copy.textContent = "Copied";
            setTimeout(() => { copy.textContent = "Copy"; }, 1500);
          };
          if (!navigator.clipboard) copy.hidden = true;
          const attempt = make("button", "try", "Try it");
          attempt.onclick = () => show(example, attempt, output);
          example.querySelector(".bar").append(copy, attempt);
          example.append(output);
        };
        const open = () => {
          const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
          if (place && place.tagName === "DETAILS") place.open = true;
        };
        document.querySelectorAll(".origin").forEach((place) => { place.textContent = location.origin; });
        document.querySelectorAll(".example").forEach(prepare);
        addEventListener("hashchange", open);
        open();
        """#
}
