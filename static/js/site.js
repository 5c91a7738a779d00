/* Optional. Every page works without this file. */
(d=>{
const $=(s,r=d)=>r.querySelector(s),$$=(s,r=d)=>[...r.querySelectorAll(s)],h=d.documentElement;
h.classList.add('js');
const rtl=h.dir=='rtl';
/* Strips that scroll sideways show the current item, in either direction. */
$$('.prim [aria-current],.tabs [aria-current]').forEach(a=>{
  const strip=a.closest('ul'),at=strip.getBoundingClientRect(),r=a.getBoundingClientRect();
  strip.scrollLeft+=r.left+r.width/2-at.left-at.width/2});
/* What was read last stays readable without a connection. On readers' own addresses alone, and after all else. */
const worker=d.currentScript.dataset.worker,scope=`/${h.lang}/`;
if(worker&&location.pathname.startsWith(scope))addEventListener('load',()=>navigator.serviceWorker?.register(worker,{scope}).catch(()=>{}));
/* Share: the system sheet where there is one, else copy the address. */
$$('[data-share]').forEach(b=>b.addEventListener('click',async()=>{
  const url=b.dataset.share;
  try{if(navigator.share)await navigator.share({title:d.title,url});
  else{await navigator.clipboard.writeText(url);$('#said').textContent=b.dataset.done}}catch{}}));
/* Video: nothing is loaded from elsewhere until the reader asks. */
d.addEventListener('click',e=>{
  const a=e.target.closest('a[data-embed]');if(!a||e.metaKey||e.ctrlKey)return;e.preventDefault();
  const f=d.createElement('iframe');f.className='player';f.src=a.dataset.embed;f.title=a.dataset.title;f.allow='fullscreen';
  f.referrerPolicy='no-referrer';f.tabIndex=-1;a.replaceWith(f);f.focus()});
/* Lightbox and menu: the address is the state; keys move along it. */
const open=()=>$('.lb:target,.menu:target');
const go=a=>a&&location.replace(a.getAttribute('href'));
d.addEventListener('keydown',e=>{
  const o=open();if(!o||e.altKey||e.ctrlKey||e.metaKey)return;
  if(e.key=='Escape')go($('.shut',o));
  else if(e.key=='ArrowRight'||e.key=='ArrowLeft')go($((e.key=='ArrowRight')!=rtl?'[rel=next]':'[rel=prev]',o));
  else return;e.preventDefault()});
d.addEventListener('click',e=>{const a=e.target.closest('.lb a');if(a){e.preventDefault();go(a)}});
let last;
addEventListener('hashchange',()=>{const o=open();
  if(o){o.focus({preventScroll:true});last=o}
  else if(last){const t=$(location.hash||'#x');(t?.matches('a,button')?t:$('a',t||d))?.focus({preventScroll:true});last=0}});
let x0;d.addEventListener('touchstart',e=>{x0=e.touches.length==1?e.touches[0].clientX:null},{passive:true});
d.addEventListener('touchend',e=>{const o=$('.lb:target');if(!o||x0==null)return;
  const m=e.changedTouches[0].clientX-x0;if(Math.abs(m)>50)go($((m<0)!=rtl?'[rel=next]':'[rel=prev]',o))});
/* Members: filter the list that is already here. */
const f=$('form[data-filter]');
if(f){const fold=s=>s.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f\u064b-\u0652\u0640]/g,'').replace(/[أإآٱ]/g,'ا').replace(/ى/g,'ي').replace(/ة/g,'ه').replace(/ı/g,'i');
  const it=$$('.group li').map(li=>[li,fold($('a',li).textContent),(li.dataset.c||'').split(' '),$('a',li).href]),gs=$$('.group'),out=$('#count'),none=$('.none');
  const run=()=>{const q=fold(f.q.value.trim()),want=[f.component.value,f.committee.value].filter(Boolean),seen=new Set;
    it.forEach(([li,name,bodies,who])=>{const ok=name.includes(q)&&want.every(b=>bodies.includes(b));li.hidden=!ok;ok&&seen.add(who)});
    gs.forEach(s=>{s.hidden=!$('li:not([hidden])',s)});none.hidden=seen.size>0;out.textContent=out.dataset.t.replace('{n}',seen.size)};
  f.addEventListener('input',run);f.addEventListener('submit',e=>{e.preventDefault();run()})}
})(document);
