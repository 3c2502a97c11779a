"""The peer's side of the comparison, run in an environment of its own: arrays in, its seven sums and CPU seconds out.

Reading the arrays is not counted for it. The deductions that our facts give as none are given to it as none too, which
spares it their calculation.
"""

import json
import resource
import sys
import time

import numpy as np
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_japan import CountryTaxBenefitSystem

DAY = "2025-04-05"
OUTPUTS = ["児童手当", "児童扶養手当_最大", "児童扶養手当_最小", "特別児童扶養手当_最大", "特別児童扶養手当_最小",
           "住民税非課税世帯", "被災者生活再建支援制度"]  # fmt: skip
NONE = ["障害者控除", "勤労学生控除", "配偶者特別控除", "ひとり親控除", "寡婦控除"]
GRADES = ["無", "一級", "二級", "三級", "四級", "五級", "六級"]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def enum(system, name, words, places):
    values = system.get_variable(name).possible_values
    return values.encode(np.array([values[word].name for word in words])[places])


def main(path: str) -> None:
    data = np.load(path)
    system = CountryTaxBenefitSystem()
    start = cpu()
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("人物", data["person"])
    households = builder.declare_entity("世帯", data["household"])
    roles = np.array(["親", "子", "祖父母"])[data["role"]]
    builder.join_with_persons(households, data["of"], roles=roles)
    simulation = builder.build(system)
    built = cpu()
    simulation.set_input("誕生年月日", "ETERNITY", data["born"].astype("datetime64[D]"))
    simulation.set_input("収入", DAY, data["salary"].astype(np.float32))
    simulation.set_input("身体障害者手帳等級", DAY, enum(system, "身体障害者手帳等級", GRADES, data["grade"]))
    simulation.set_input("居住級地区分1", DAY, data["class"].astype(np.int32))
    simulation.set_input("被災者生活再建支援法の適用地域である", DAY, data["struck"])
    damage = ["無", "中規模半壊", "大規模半壊", "長期避難", "解体", "全壊"]
    simulation.set_input("住宅被害", DAY, enum(system, "住宅被害", damage, data["damage"]))
    rebuilding = ["無", "建設または購入", "補修", "賃借"]
    simulation.set_input("住宅再建方法", DAY, enum(system, "住宅再建方法", rebuilding, data["rebuilding"]))
    nothing = np.zeros(len(data["person"]), dtype=np.float32)
    for name in NONE:
        simulation.set_input(name, DAY, nothing)
    begun = time.process_time()
    found = {name: simulation.calculate(name, DAY) for name in OUTPUTS}
    spent = time.process_time() - begun
    sums = {name: int(np.sum(values, dtype=np.float64)) for name, values in found.items()}
    np.savez(path.replace(".npz", "-peer.npz"), **{f"o{i}": found[name] for i, name in enumerate(OUTPUTS)})
    print(json.dumps({"sums": sums, "build": built - start, "all": cpu() - start, "calculate": spent}))


if __name__ == "__main__":
    main(sys.argv[1])
