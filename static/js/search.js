/* Optional. What is found while somebody types; without it the form is sent as any other. */
(d=>{
const form=d.querySelector('form[data-suggest]');if(!form)return;
const field=form.q,box=d.getElementById('hints'),told=d.getElementById('told');
let timer,asked;
const shut=()=>{clearTimeout(timer);asked?.abort();box.hidden=true;box.textContent=told.textContent=''};
const show=async()=>{
  const q=field.value.trim(),{signal}=asked=new AbortController();
  try{
    const answer=await fetch(form.dataset.suggest+'?'+new URLSearchParams({q}),{signal}),html=answer.ok?await answer.text():'';
    if(signal.aborted)return;
    box.innerHTML=html;
    const count=box.querySelector('[data-told]');
    box.hidden=!count;told.textContent=count?count.textContent:''
  }catch{if(!signal.aborted)shut()}};
/* Keyboards that put words together (most on phones do) send each letter, too. */
field.addEventListener('input',()=>{
  clearTimeout(timer);asked?.abort();
  if([...field.value.trim()].length<2)shut();else timer=setTimeout(show,250)});
form.addEventListener('keydown',e=>{if(e.key=='Escape'&&!box.hidden&&!e.isComposing){e.preventDefault();shut();field.focus()}});
for(const kind of['click','focusin'])d.addEventListener(kind,e=>{if(!field.parentNode.contains(e.target))shut()});
})(document);
