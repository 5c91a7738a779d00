{% load static %}{% comment %}
The service worker of one language (`delivery/offline.py`). Comments in this form do not reach readers.

Two caches of its own: `pages` holds the articles that were read last, `frame` the style and the page of headlines.
The names begin with the scope ("/ar/"), so that no language touches another's.
{% endcomment %}
const scope=new URL(registration.scope).pathname,offline=scope+"offline/",style="{% static 'css/site.css' %}",own=scope+version,
pages=()=>caches.open(own+"pages"),frame=()=>caches.open(own+"frame"),any={ignoreVary:true};

addEventListener("install",e=>e.waitUntil(frame().then(c=>c.addAll([style,offline])).then(()=>skipWaiting())));

addEventListener("activate",e=>e.waitUntil((async()=>{
  for(const name of await caches.keys())if(name.startsWith(scope)&&!name.startsWith(own))await caches.delete(name);
  await registration.navigationPreload?.enable();
  {% comment %}What is open was read before there was a worker: it is taken from the browser's own cache.{% endcomment %}
  for(const{url}of await clients.matchAll({type:"window",includeUncontrolled:true}))
    if(url.startsWith(registration.scope))await fetch(url,{cache:"force-cache"}).then(a=>keep(new URL(url).pathname,a)).catch(()=>{});
})()));

addEventListener("fetch",e=>{
  const{request}=e,path=new URL(request.url).pathname;
  if(request.mode=="navigate"&&request.method=="GET")e.respondWith(page(e,path));
  else if(path==style)e.respondWith(fetch(request).catch(()=>caches.match(style,any)));
});

{% comment %}The network first, always. Without it: the page as it was read, else the headlines.{% endcomment %}
async function page(e,path){
  try{
    const answer=await e.preloadResponse||await fetch(e.request);
    e.waitUntil(keep(path,answer.clone()).then(renew).catch(()=>{}));
    return answer;
  }catch{
    return await(await pages()).match(path,any)||headlines();
  }
}

{% comment %}Articles alone. One that is gone is forgotten; the one read last stands last.{% endcomment %}
async function keep(path,answer){
  const cache=await pages(),{status,headers}=answer;
  if(status==404||status==410)return cache.delete(path,any);
  if(!answer.ok||/no-store/.test(headers.get("cache-control"))||!/^text\/html/.test(headers.get("content-type")))return;
  const html=await answer.text();
  if(!html.includes('"og:type" content="article"'))return;
  await cache.delete(path,any);
  await cache.put(path,new Response(html,{headers}));
  for(const old of(await cache.keys()).slice(0,-{{ articles }}))await cache.delete(old,any);
}

async function renew(){
  const cache=await frame(),had=await cache.match(offline,any);
  if(!had||!(Date.now()-Date.parse(had.headers.get("date"))<{{ minutes }}*6e4))await cache.add(offline);
}

{% comment %}The page of headlines, with what can be read now on top.{% endcomment %}
async function headlines(){
  const had=await(await frame()).match(offline,any);
  if(!had)return Response.error();
  const cache=await pages();let list="";
  for(const key of(await cache.keys()).reverse()){
    const title=/<h1[^>]*>([^]*?)<\/h1>/.exec(await(await cache.match(key,any)).text());
    if(title)list+=`<li class="line"><h3 dir="auto"><a href="${new URL(key.url).pathname}">${title[1]}</a></h3></li>`;
  }
  const html=await had.text();
  return new Response(list?html.replace(" hidden data-kept","").replace("<!--kept-->",()=>list):html,{headers:had.headers});
}
