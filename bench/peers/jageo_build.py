"""jageocoder's dictionary from mt_town_all.csv.zip and NN_towns.txt, with its own converter's DataManager.

Usage, in its environment: python jageo_build.py TEXTS DB
"""

import logging
import sys
from types import SimpleNamespace

from jageocoder_converter.data_manager import DataManager

logging.basicConfig(level=logging.INFO)
texts, db = sys.argv[1:3]
manager = DataManager(db_dir=db, text_dir=texts)
manager.prepare_aza_table(texts)
manager.write_datasets([SimpleNamespace(priority=5, dataset_name="アドレス・ベース・レジストリ 町字", dataset_url="")])
manager.register()
manager.create_index()
