/** The look of all pages: phone first, both themes, ink for print. Colours meet WCAG AA on their grounds. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f5;--card:#fff;--ink:#1d2320;--soft:#55605a;--line:#d5dad6;--act:#0b5fa5;--on-act:#fff;
--free:#1c7a3c;--plugged:#7a5b00;--charging:#0b5fa5;--done:#6b3fa0;--out:#b3261e;--quiet:#55605a}
@media (prefers-color-scheme:dark){:root{--ground:#14181a;--card:#1f2528;--ink:#eef2f0;--soft:#a9b4ae;--line:#3a4347;--act:#7cc0ff;--on-act:#06233c;
--free:#6fd58c;--plugged:#f0c95a;--charging:#7cc0ff;--done:#c9a6f5;--out:#ff8f85;--quiet:#a9b4ae}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
main,header,footer{max-width:44rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;padding-top:1rem}
header a{color:var(--soft)}header strong{margin-right:auto}
footer{color:var(--soft);font-size:.9rem;padding-bottom:2rem}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .5rem}h2{font-size:1.15rem;margin:1.75rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.5rem 0}a{color:var(--act)}
.card,.bays>li,.list>li{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;margin:.5rem 0}
.bays,.list,.talk{list-style:none;padding:0;margin:.5rem 0}
.bays>li{display:flex;flex-wrap:wrap;gap:.1rem .75rem;align-items:baseline}.bays b{min-width:6rem}
.use{font-weight:600}.use::before{content:"";display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em;background:currentColor}
.free{color:var(--free)}.plugged{color:var(--plugged)}.charging{color:var(--charging)}.done{color:var(--done)}.outOfOrder{color:var(--out)}.unknown{color:var(--quiet)}
.plugged::before,.unknown::before{background:none!important;border:.15em solid currentColor}
.card[role=alert]{border:2px solid var(--out);font-weight:600}
.soft{color:var(--soft);font-size:.92rem}.ok{color:var(--free);font-weight:600}
.talk li{max-width:85%;padding:.5rem .9rem;border-radius:1rem;margin:.4rem 0;background:var(--card);border:1px solid var(--line)}
.talk .own{margin-left:auto;border-color:var(--act)}.acts{display:flex;flex-wrap:wrap;gap:.5rem;margin:.6rem 0}.talk small{display:block;color:var(--soft)}
fieldset{border:0;padding:0;margin:1rem 0}legend{font-weight:600;padding:0;margin-bottom:.25rem}
label.pick{display:flex;gap:.6rem;align-items:center;min-height:2.75rem;border-bottom:1px solid var(--line)}
label.field{display:block;margin:.6rem 0}label.field>span{display:block;font-weight:600}
input,select,textarea,button{font:inherit;color:inherit}
input[type=text],input[type=time],input[type=number],select,textarea{width:100%;max-width:24rem;min-height:2.75rem;padding:.4rem .7rem;background:var(--card);border:1px solid var(--soft);border-radius:.5rem}
input[type=radio],input[type=checkbox]{width:1.3rem;height:1.3rem;flex:none}
button,.button{display:inline-flex;align-items:center;min-height:2.75rem;padding:.4rem 1.1rem;border-radius:.6rem;border:1px solid var(--act);background:none;color:var(--act);text-decoration:none;cursor:pointer}
button.first{background:var(--act);color:var(--on-act);font-weight:600}button.wide{width:100%;justify-content:center;font-size:1.1rem}
button[disabled]{opacity:.5}:is(main,[data-part])>:is(div,form)+form{margin-top:.5rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
form.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.6rem 0}form.row label.field{margin:0;flex:1 1 9rem;max-width:24rem}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:.4rem .5rem .4rem 0;border-bottom:1px solid var(--line)}
code{font-size:1.05em;letter-spacing:.03em;overflow-wrap:anywhere}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.75rem}
.sticker{background:#fff;color:#000;border:1px dashed #777;border-radius:.5rem;padding:.75rem;text-align:center;break-inside:avoid}
.sticker svg{width:11rem;height:11rem;display:block;margin:.4rem auto}.sticker code{font-size:1.35rem;font-weight:700}
@media print{header,footer,.noprint{display:none}body{background:#fff}main{max-width:none}}
`;
