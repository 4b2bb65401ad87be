import asyncio, time, random, resource
from datetime import timedelta
from sqlalchemy import insert, text
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import *
from storage import finding
from core import audit, cases
from core.cases import Officer
from core.desk import allow, Action
from tests.test_audit import NOW
import pytest
N=100_000
W="звонили из банка перевести деньги безопасный счёт код смс курьер посылка OLX предоплата қоңырау шалды ақша аударды менеджер следователь".split()
async def test_scale(database_url):
    await migrate(database_url); db=Database(database_url)
    r=random.Random(1)
    async with db.begin() as s:
        await s.execute(insert(Person),[{"id":1,"telegram_id":1,"language":"ru","language_chosen":False,"created_at":NOW,"confirmed_reports":0,"rejected_reports":0}])
        await s.execute(insert(Case),[{"id":i,"created_at":NOW,"reports":20,"last_at":NOW,"status":"open","loss_minor":0,"marks":[],"apart":[]} for i in range(1,5001)])
        await s.execute(insert(Identifier),[{"id":1,"kind":"phone","value":"+77011234567","display":"x","created_at":NOW,"level":"flagged","attrs":{},"schemes":{},"grounds":[],"independent_reports":0,"burst":False,"contested":False}])
        for k in range(0,N,10000):
            await s.execute(insert(Report),[{"id":i,"uid":str(i),"number":f"SB-{i:06d}","reporter_id":1,"case_id":i%5000+1,"home_case_id":i%5000+1,"scheme":"BANK_CALL","status":"forwarded","language":"ru","version":1,"created_at":NOW,"updated_at":NOW,"forward_at":NOW,"line_closed":False,"story":" ".join(r.choice(W) for _ in range(50))+(" Единственный Әлемдегі" if i==5 else "")} for i in range(k+1,k+10001)])
        await s.execute(insert(ReportIdentifier),[{"report_id":i,"identifier_id":1,"reporter_key":f"k{i}","reported_at":NOW,"counts":True,"early":True,"details":1,"proof":False,"backed":False} for i in range(1,20001)])
    for words in ("единственный әлемдегі","нетслова","курьер"):
        async with db.read() as s:
            t=time.perf_counter(); f=await finding.telling(s,words,10); print(database_url[:6],words,len(f),round((time.perf_counter()-t)*1e3),"ms")
    async with db.read() as s:
        t=time.perf_counter(); f=await finding.cases_naming(s,[1],11); print("naming",len(f),round((time.perf_counter()-t)*1e3),"ms")
    prev=audit.BEGINNING; rows=[]
    for i in range(N):
        row=Audit(at=NOW+timedelta(seconds=i),actor="officer:1",actor_name="Ерлан",action="find",subject=f"case:{i}",data={"n":i},previous=prev,digest="")
        row.digest=prev=audit.digest(row); rows.append(row.model_dump(exclude={"id"}))
    async with db.begin() as s:
        for k in range(0,N,10000): await s.execute(insert(Audit),rows[k:k+10000])
        await audit.settings.put(s,audit.HEAD,prev)
    del rows
    m=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with db.read() as s:
        t=time.perf_counter(); assert await audit.verify(s) is None; print("verify 100k",round(time.perf_counter()-t,2),"s, grew",(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss-m)//1024,"MB")
    async with db.read() as s:
        from storage import audit as st
        t=time.perf_counter(); await st.newest(s,actor="officer:2",subject=None,offset=0,limit=16); print("filtered",round((time.perf_counter()-t)*1e3),"ms")
        t=time.perf_counter(); await st.newest(s,actor=None,subject=None,offset=99000,limit=16); print("deep",round((time.perf_counter()-t)*1e3),"ms")
    await db.close()

async def test_deadlock(database_url):
    await migrate(database_url); db=Database(database_url)
    async with db.begin() as s:
        s.add_all([Case(id=1,created_at=NOW),Case(id=2,created_at=NOW)])
    from handlers.desk.flow import acts
    class E:  # an event
        class from_user: id=1; full_name="E"; is_bot=False
    bad=[]
    gate=asyncio.Event()
    async def merge():
        async with db.begin() as s:
            await acts(E,1,Action.merge,s,NOW); await asyncio.sleep(.2); await cases.of(s,2)
    async def take():
        await asyncio.sleep(.1)
        async with db.begin() as s:
            await acts(E,2,Action.take,s,NOW)
    out=await asyncio.gather(merge(),take(),return_exceptions=True); print(database_url[:6], [type(o).__name__ for o in out])
    await db.close()
