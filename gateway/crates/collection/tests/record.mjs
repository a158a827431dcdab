// Makes `recorded.json`: random operations, and what Mockoon's own function makes of them.
// node record.mjs <a folder with @mockoon/cli installed> <how many> <seed> > recorded.json
import { createRequire } from 'node:module';
const [folder, count, seeded] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { databucketActions } = require(`${folder}/node_modules/@mockoon/commons-server/dist/cjs/libs/server/crud.js`);
const qs = require('qs');
let seed = +seeded; const rnd=()=>{seed=(seed*1103515245+12345)&0x7fffffff;return seed/0x7fffffff};
const pick=a=>a[Math.floor(rnd()*a.length)];
const values=[1,2,30,-4,2.5,1e21,0,"1","2","Ann","ann","bob","BOB","","30","3.0","é","É","😀","true",true,false,null,[],["x","y"],[1],[[2]],{}, {city:"Paris",zip:75},{city:"rome"},"a.b","(","12px"];
const item=()=>{ if(rnd()<0.12) return pick(values); const o={}; if(rnd()<0.85) o.id=pick([1,2,3,4,5,"a","b","7",null,2.5,-3,true]); if(rnd()<0.8)o.name=pick(values); if(rnd()<0.7)o.age=pick(values.slice(0,8).concat([null,true,"x"])); if(rnd()<0.5)o.addr=pick([{city:"Paris"},{city:"rome",n:{a:1}},{},null,"x",[1,2]]); if(rnd()<0.3)o.tags=pick([["x","y"],[],[1,"2"]]); if(rnd()<0.1)o["10"]=1; if(rnd()<0.1)o["2"]="two"; if(rnd()<.1)o.d={id:pick([1,2,"z"])}; return o;};
const doc=()=>{ const r=rnd(); if(r<0.8){const n=Math.floor(rnd()*(rnd()<.1?60:9));return Array.from({length:n},item)} if(r<0.85) return undefined; return pick(values.concat([{a:1,b:{c:2}},{"3":1,x:2}]));};
const body=()=>pick([{},{name:"new"},{id:9,name:"n"},{id:null},[1,2],[],"text","",5,0,true,null,{"1":"one",z:2},{addr:{city:"X"}},{d:{x:1}},{d:null},{d:5},item(),item(),item(),"abc"]);
const fields=["id","name","age","addr","addr.city","tags","tags.0","tags.length","name.length","","nope","addr.n.a","name.0","10"];
const ops=["eq","ne","gt","gte","lt","lte","like","start","end","foo"];
const vals=["1","2","30","30.0","2.5","-4","Ann","ann","bob","","x","x,y","é","É","null","undefined","true","1e21","1e+21","[object Object]","^a","b$","a|b","[a-c]",".","\\d","\\w+","(a)","n{2}","12px","😀","a.b","0"];
const enc=encodeURIComponent;
const query=()=>{const p=[]; let n=Math.floor(rnd()*3); while(n-->0) p.push(enc(pick(fields)+"_"+pick(ops))+(rnd()<.05?"[]":"")+"="+enc(pick(vals))); if(rnd()<.3)p.push("sort="+enc(pick(fields))); if(rnd()<.3)p.push("order="+pick(["asc","desc","DESC","x"])); if(rnd()<.3)p.push("limit="+pick(["1","2","3","0","-1","abc","2.9","100",""])); if(rnd()<.3)p.push("page="+pick(["1","2","3","0","-1","-2","x"])); if(rnd()<.25)p.push("search="+enc(pick(vals.concat(["(","a","E"])))); return p.join("&")};
const kinds=["get","get","get","get","getbyId","create","update","updateById","updateMerge","updateMergeById","delete","deleteById"];
const names={get:["GET",false],getbyId:["GET",true],create:["POST",false],update:["PUT",false],updateById:["PUT",true],updateMerge:["PATCH",false],updateMergeById:["PATCH",true],delete:["DELETE",false],deleteById:["DELETE",true]};
const out=[]; const N = +count;
while(out.length<N){
  const kind=pick(kinds); const d=doc(); const key=kind==="create"&&rnd()<.3?pick(["d.id","d.id.0","0","1.id"]):pick(["id","id","id","id","name","d.id","a\\.b","addr.0",""]); const id=pick(["1","2","3","a","b","7","2.5","-3","true","0","x","z","Ann","null","1x"]);
  const q=kind==='get'||rnd()<.1?query():''; const b=kind==='get'||kind==='getbyId'?{}:body();
  const before=d===undefined?undefined:JSON.parse(JSON.stringify(d));
  const bucket={value:before,parsed:true}; const h={}; let status=0;
  const res={set:(k,v)=>{h[k]=v},status:s=>{status=s}};
  const req={body:JSON.parse(JSON.stringify(b)),query:qs.parse(q,{allowPrototypes:true,arrayLimit:20}),params:{id},stringBody:''};
  const c={method:names[kind][0],item:names[kind][1],key,id,query:q,body:b};
  if(d!==undefined)c.document=d;
  try{ let content=databucketActions(kind,bucket,req,res,key,()=>{throw new Error()},''); 
    const gen=kind==='create'; 
    if(Array.isArray(content)||typeof content==='object'||typeof content==='boolean'||typeof content==='number') content=JSON.stringify(content);
    content=content||'';
    content=content.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/,'UUID');
    c.expect={body:content}; if(status)c.expect.status=status;
    if(h['X-Total-Count']!==undefined)c.expect.counts=[+h['X-Total-Count'],+h['X-Filtered-Count']];
    let after=JSON.stringify(bucket.value); if(after!==undefined)c.expect.after=after.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/,'UUID');
  }catch(e){c.fails=e.message}
  if(kind==='create'&&Array.isArray(b)&&c.expect&&false)continue;
  out.push(c);
}
console.log('[');console.log(out.map(c=>JSON.stringify(c)).join(',\n'));console.log(']');
