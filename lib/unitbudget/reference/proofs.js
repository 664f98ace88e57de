window.ubProofs||(window.ubProofs=1,document.addEventListener('click',e=>{
const a=e.target.closest&&e.target.closest('a.figure[href^="#ub-"]'),
s=a&&a.closest('.ub-shown'),p=s&&s.querySelector('.ub-proofs');if(!p)return;
const id=a.getAttribute('href').slice(1),all=[...p.querySelectorAll('article')],
x=all.find(y=>y.id===id);if(!x)return;e.preventDefault();e.stopPropagation();
const shut=p.open&&!x.hidden&&all.filter(y=>!y.hidden).length===1;p.open=!shut;
all.forEach(y=>y.hidden=y!==x);if(!shut)x.scrollIntoView({block:'nearest'});},true));
