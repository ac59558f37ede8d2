extension DocsPage {
    static let style: StaticString = """
        :root{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dde3ea;--wash:#f5f7fa;--accent:#0b63b5;--post:#1a7f4b;--bad:#b3261e}
        @media(prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e4e9f0;--soft:#9aa6b5;--line:#2b3440;--wash:#1a2029;
        --accent:#6cb2f5;--post:#5fcf94;--bad:#ff8f86}}
        *{box-sizing:border-box}
        html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);
        font:1rem/1.55 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        h1{margin:0;font-size:2rem;letter-spacing:-.02em}
        h2{margin:0 0 .3rem;font-size:1.35rem;overflow-wrap:anywhere}
        p{margin:.4rem 0}
        a{color:var(--accent)}
        code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em;overflow-wrap:anywhere}
        section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
        nav{display:flex;flex-wrap:wrap;gap:.4rem;margin-top:1rem}
        nav a{padding:.25rem .7rem;border:1px solid var(--line);border-radius:1rem;text-decoration:none;overflow-wrap:anywhere}
        nav a:hover{background:var(--wash)}
        .badge{display:inline-block;margin-left:.5rem;padding:0 .45rem;border-radius:.6rem;background:var(--wash);
        border:1px solid var(--line);color:var(--soft);font-size:.72rem;font-weight:500;line-height:1.3rem;letter-spacing:0;
        vertical-align:middle;white-space:nowrap}
        .facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.8rem 0}
        .facts div{min-width:6rem}
        .facts dt{color:var(--soft);font-size:.8rem}
        .facts dd{margin:0;overflow-wrap:anywhere}
        table{width:100%;border-collapse:collapse;margin:.6rem 0;font-size:.92rem}
        th{color:var(--soft);font-weight:500;font-size:.8rem;text-align:left}
        th,td{padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
        td:first-child{min-width:9rem}
        .usual{color:var(--soft)}
        details{margin:.6rem 0;border:1px solid var(--line);border-radius:.5rem;padding:0 .9rem}
        details[open]{padding-bottom:.6rem}
        summary{cursor:pointer;padding:.55rem 0;overflow-wrap:anywhere}
        summary:focus-visible,pre:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        .operation>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .7rem;list-style:none}
        .operation>summary::-webkit-details-marker{display:none}
        .method{min-width:2.8rem;color:var(--accent);font-size:.78rem;font-weight:700;letter-spacing:.04em}
        .method.post{color:var(--post)}
        .what{color:var(--soft);font-size:.9rem;flex:1 1 14rem}
        .forms{color:var(--soft);font-size:.85rem}
        .example{margin:.9rem 0 0}
        .bar{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem}
        .bar b{flex:1 1 10rem;font-size:.92rem;font-weight:600}
        button{padding:.25rem .8rem;border:1px solid var(--line);border-radius:.4rem;background:var(--paper);color:var(--ink);
        font:inherit;font-size:.85rem;cursor:pointer}
        button.try{background:var(--accent);border-color:var(--accent);color:var(--paper)}
        button:disabled{opacity:.6}
        pre{margin:.4rem 0 0;padding:.7rem .8rem;max-height:16rem;overflow:auto;background:var(--wash);border:1px solid var(--line);
        border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}
        .body[contenteditable]{border-bottom:1px dotted var(--soft)}
        .answer{margin-top:.4rem}
        .answer .status{font-size:.85rem;color:var(--post)}
        .answer.bad .status{color:var(--bad)}
        .answer pre{max-height:24rem}
        .answer img{display:block;margin-top:.4rem;max-width:100%;min-width:8rem;image-rendering:pixelated;border:1px solid var(--line)}
        @media(max-width:40rem){
        body{padding:1rem .8rem 3rem}
        .fields thead{display:none}
        .fields tr{display:block;padding:.45rem 0;border-bottom:1px solid var(--line)}
        .fields td{display:block;padding:0;border:0}
        .fields td:nth-child(2){color:var(--soft)}
        td:first-child{min-width:0}
        details{padding:0 .6rem}
        }
        """
}
